// Whether two URLs name one repository, however each is written.

/** `host/path` of a repository: without scheme, user, port, letter case of the host, trailing slash or `.git`. */
export function repositoryIdentity(url: string): string {
	const [, , schemeHost, schemePath] = /^([a-z+]+):\/\/([^/]*)(.*)$/is.exec(url) ?? [];
	const [, scpHost, scpPath] = /^([^/:]+):(?!\/\/)(.*)$/s.exec(url) ?? [];
	const authority = schemeHost ?? scpHost ?? '';
	const path = schemePath ?? scpPath ?? url;
	const host = authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d+$/, '');
	const plain = path
		.replace(/^\/+|\/+$/g, '')
		.replace(/\.git$/, '')
		.replace(/\/+$/, '');
	return `${host.toLowerCase()}/${plain}`;
}

export function isSameRepository(a: string, b: string): boolean {
	return repositoryIdentity(a) === repositoryIdentity(b);
}

/** A folder of a repository without `./` and slashes around it; '' is the root. */
export function plainFolder(path: string): string {
	return path
		.split('/')
		.filter((part) => part !== '' && part !== '.')
		.join('/');
}

/** Whether `folder` is `parent` or below it, both plain. */
export function isWithin(folder: string, parent: string): boolean {
	return parent === '' || folder === parent || folder.startsWith(`${parent}/`);
}
