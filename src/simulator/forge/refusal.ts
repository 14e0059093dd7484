/** What the forge will not do, with the status and the words that its API answers. */
export class ForgeRefusal extends Error {
	readonly status: number;

	constructor(status: number, message: string) {
		super(message);
		this.status = status;
	}
}

export function notFound(): ForgeRefusal {
	return new ForgeRefusal(404, 'not found');
}
