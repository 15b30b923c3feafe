// Stands where the web process stands: takes the portals' port and says by Host which businesses it knows.
import { createServer } from 'node:http';

const base = process.env.PORTICO_BASE_DOMAIN;
if (process.env.DATABASE_OWNER_URL) throw new Error('web was given the owner');
const portals = createServer((request, response) => {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '');
  const known = host === `acme.${base}` || host === `lawn.${base}`;
  response.writeHead(known && request.url === '/readyz' ? 200 : 404).end(JSON.stringify({ database: 'ready' }));
});
const operator = createServer((request, response) => {
  response.end(request.url === '/metrics' ? '# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total 3\n' : '{}');
});
operator.listen(Number(process.env.OPERATOR_PORT), '127.0.0.1', () => {
  portals.listen(Number(process.env.PORT), process.env.HOST, () => console.log(JSON.stringify({ portico: 'ready', port: portals.address().port })));
});
process.once('SIGTERM', () => process.exit(0));
