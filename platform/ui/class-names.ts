/** Joins the class names that are there: `classes('ui-card', flush && 'ui-card-flush')`. */
export const classes = (...names: readonly (string | false | null | undefined)[]): string => names.filter(Boolean).join(' ');
