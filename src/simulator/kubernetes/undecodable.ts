/** Marks, as an issue's params, a value that a server cannot decode: not the same as one that is not valid. */
export const undecodable: { readonly undecodable: true } = { undecodable: true };
