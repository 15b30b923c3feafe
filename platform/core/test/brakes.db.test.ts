import { brakesOf, liftBrake, liftBrakeEverywhere, pullBrake, pullBrakeEverywhere, readBrake } from '@portico/core';
import { startTestPortal } from '@portico/testing';
import { afterAll, expect, it } from 'vitest';

const portal = await startTestPortal({});
afterAll(() => portal.close());
const { pool, registry } = portal.core;
await portal.business('alpha');
await portal.business('beta');
const contextOf = async (slug: string) => portal.core.systemContext((await portal.core.tenants.bySlug(slug))!, 'core');
const [atAlpha, atBeta] = [await contextOf('alpha'), await contextOf('beta')];
const [brake] = brakesOf(registry);

it('a business stops what it is afraid of, for itself alone, and its first reason stands (line 9)', async () => {
  await pullBrake(atAlpha, brake!, 'We look into a wrong price');
  await pullBrake(atAlpha, brake!, 'Somebody else pulled it too');
  expect(await readBrake(atAlpha, brake!)).toMatchObject({ on: 'business', because: 'We look into a wrong price' });
  expect(await readBrake(atBeta, brake!)).toBeUndefined();
  await liftBrake(atAlpha, brake!);
  await liftBrake(atAlpha, brake!);
  expect(await readBrake(atAlpha, brake!)).toBeUndefined();
});

it('the operator stops it everywhere; a business that lifts its own brake is still stopped', async () => {
  await pullBrake(atAlpha, brake!, 'Ours');
  await pullBrakeEverywhere(pool, registry, brake!, 'The gateway is down');
  expect(await readBrake(atBeta, brake!)).toMatchObject({ on: 'installation', because: 'The gateway is down', by: 'operator' });
  await liftBrake(atAlpha, brake!);
  expect(await readBrake(atAlpha, brake!)).toMatchObject({ on: 'installation' });
  await liftBrakeEverywhere(pool, registry, brake!);
  expect(await readBrake(atAlpha, brake!)).toBeUndefined();
});

it('an unknown brake is not found, and a brake needs a reason of reasonable length', async () => {
  await expect(pullBrake(atAlpha, 'nothing.such', 'r')).rejects.toMatchObject({ code: 'portico.not-found' });
  await expect(pullBrakeEverywhere(pool, registry, 'core.toString', 'r')).rejects.toMatchObject({ code: 'portico.not-found' });
  await expect(pullBrake(atAlpha, brake!, '  ')).rejects.toMatchObject({ fields: { because: { key: 'portico.problem.required' } } });
  await expect(pullBrake(atAlpha, brake!, 'r'.repeat(201))).rejects.toMatchObject({ fields: { because: { key: 'portico.problem.too-long' } } });
});
