/** What other plugins may use of workspace: nothing. Who works for the business is asked by the core's unions. */
export {};
