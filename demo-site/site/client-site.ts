import express, { type Express } from 'express';

/** Host of a client's website. The API reads it like any site on the web; the name only resolves in the sandbox. */
export const clientSiteHost = 'meyer-heating.test';

const page = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Meyer Heating</title></head>
<body>
<h1>Meyer Heating</h1>
<p>Boilers, heat pumps and floor heating, since 1987.</p>
<h2>Opening hours</h2>
<p>Monday to Friday from 8 to 17, Saturday from 9 to 12. Emergencies at all hours.</p>
<h2>Prices</h2>
<p>A visit costs 60 euros, a yearly check 140 euros.</p>
</body>
</html>
`;

export function shopInTown(): Express {
  const site = express();
  site.disable('x-powered-by');
  site.get(['/', '/hours'], (_request, response) => {
    response.type('html').send(page);
  });
  return site;
}
