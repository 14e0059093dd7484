/** The repository holds no object of this name. */
export class ObjectMissing extends Error {
	override readonly name = 'ObjectMissing';
}

/** An object, or a list of files, beyond what is read into memory. */
export class ObjectTooLarge extends Error {
	override readonly name = 'ObjectTooLarge';
}
