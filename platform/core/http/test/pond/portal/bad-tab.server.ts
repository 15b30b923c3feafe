export const load = async (): Promise<never> => {
  throw new Error('no tab today');
};
