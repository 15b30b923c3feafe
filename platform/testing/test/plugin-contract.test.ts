import { expect, it } from 'vitest';
import { canBeForeseen } from '../plugin-contract.ts';

const foresee = async () => [];
const apply = async () => undefined;

it('a share of an effect that cannot be foreseen, or does nothing, breaks the contract', () => {
  expect([canBeForeseen({ foresee, apply }), canBeForeseen({ apply }), canBeForeseen({ foresee }), canBeForeseen(undefined)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
