/** What other plugins may use of this one: nothing yet. A published event or API would be declared here. */
export {};
