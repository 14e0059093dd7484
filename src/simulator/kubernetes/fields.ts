/** A type's fields beside apiVersion, kind and metadata, as one of its versions has them. */
export type Fields = Readonly<Record<string, unknown>>;
