export const load = async () => ({});
throw new Error('it sinks while it is imported');
