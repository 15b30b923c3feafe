// Stands where the migrations stand: a table that the runtime role may write to.
import pg from 'pg';

const client = new pg.Client({ connectionString: process.env.DATABASE_OWNER_URL });
await client.connect();
await client.query('create table if not exists kept (what text); grant select, insert on kept to portico_runtime');
await client.end();
console.log(JSON.stringify({ applied: ['kept'] }));
