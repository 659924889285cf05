/** The color of buttons, links and mails where neither the page nor the agency has said one. White text can be read on it. */
export const PRIMARY_COLOR = '#2563eb';
