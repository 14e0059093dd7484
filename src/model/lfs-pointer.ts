// Git LFS keeps a pointer of a few lines in Git, and the file elsewhere.
// https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md

/** Whether a blob's text is a Git LFS pointer, not the file itself. */
export function isLfsPointer(text: string): boolean {
	return text.startsWith('version https://git-lfs.github.com/spec/v1\n');
}
