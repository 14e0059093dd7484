/** The types of objects that are read and written here; nobody tags. */
export type ObjectType = 'blob' | 'tree' | 'commit';
