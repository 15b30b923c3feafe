// Stands where the worker stands: an operator port of its own choice. It writes down when it was told to end.
import { createServer } from 'node:http';
import { appendFileSync } from 'node:fs';
import path from 'node:path';

if (process.env.DATABASE_OWNER_URL) throw new Error('the worker was given the owner');
const operator = createServer((request, response) => {
  response.end(request.url === '/metrics' ? '# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{kind="x"} 5\n' : '{}');
});
operator.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ portico: 'ready', port: operator.address().port })));
process.once('SIGTERM', () => {
  appendFileSync(path.join(process.env.PORTICO_DATA, 'worker-ended'), 'SIGTERM\n');
  process.exit(0);
});
