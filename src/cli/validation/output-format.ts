/** What `validate -o` takes. Kept by itself: the command line is described before a command is loaded. */
export const outputFormats = ['text', 'json', 'github', 'sarif', 'junit', 'gitlab'] as const;

export type OutputFormat = (typeof outputFormats)[number];
