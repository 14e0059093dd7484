/** A path of an API; every value becomes one segment of it: `apiPath\`/repos/${owner}/${name}\``. */
export function apiPath(texts: TemplateStringsArray, ...values: readonly (string | number)[]): string {
	return texts.reduce((path, text, index) => `${path}${encodeURIComponent(values[index - 1] ?? '')}${text}`);
}

/** Whether a path names what it seems to name: no segment that is empty, `.` or `..`, in whatever spelling. */
export function isPlainPath(path: string): boolean {
	const segments = path.split('/').slice(1);
	return (
		/^\/[^?#\\\s]*$/.test(path) && segments.every((each) => each !== '' && !/^(\.|%2e){1,2}$/i.test(each))
	);
}
