/** The color of buttons, links and mails that neither the page nor the agency has set. White text is readable on it. */
export const PRIMARY_COLOR = '#2563eb';
