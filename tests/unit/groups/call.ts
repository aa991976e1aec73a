/** A promise one can look at. */
export class Call<T> {
  readonly response: Promise<T>
  #settled: { readonly value: T } | null = null

  constructor(response: Promise<T>) {
    this.response = response
    void response.then((value) => {
      this.#settled = { value }
    })
  }

  get isAnswered(): boolean {
    return this.#settled !== null
  }

  /** The answer, which must have come. */
  get value(): T {
    if (this.#settled === null) throw new Error('not answered yet')
    return this.#settled.value
  }
}
