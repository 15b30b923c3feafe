export const load = async (): Promise<undefined> => undefined;
