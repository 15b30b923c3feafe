import { measureRenewals } from '/tmp/fast/bench/jobs/renew.ts';
const [renewals, businesses, latencyMs, cap, prof] = process.argv.slice(2);
const f = await measureRenewals(
  { renewals: Number(renewals), businesses: Number(businesses), latencyMs: Number(latencyMs), cap: Number(cap) },
  console.log,
  prof,
);
console.log(JSON.stringify(f));
