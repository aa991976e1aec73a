import type { Locator, Page } from '@playwright/test'

/** Words of the page, for a window that is not in English. */
export interface OverviewWords {
  broker: (id: number) => string
  figures: string
}

export const ENGLISH: OverviewWords = { broker: (id) => `Broker ${id}`, figures: 'Cluster in figures' }
export const KOREAN: OverviewWords = { broker: (id) => `브로커 ${id}`, figures: '클러스터 수치' }

export class OverviewPage {
  readonly main: Locator
  readonly title: Locator
  readonly state: Locator
  readonly bootstrapServers: Locator
  readonly brokers: Locator
  readonly problems: Locator
  readonly #words: OverviewWords

  constructor(page: Page, words: OverviewWords = ENGLISH) {
    this.main = page.getByRole('main')
    this.title = this.main.getByRole('heading', { level: 1 })
    this.state = this.main.getByTestId('cluster-state')
    this.bootstrapServers = this.main.getByTestId('bootstrap-servers')
    this.brokers = this.main.getByRole('article')
    this.problems = this.main.getByRole('list', { name: 'Problems' })
    this.#words = words
  }

  broker(id: number): Locator {
    return this.main.getByRole('article', { name: this.#words.broker(id), exact: true })
  }

  /** The figure under a label, as "Topics". */
  figure(label: string): Locator {
    const facts = this.main.getByRole('region', { name: this.#words.figures })
    return facts.locator('dl', { has: facts.page().locator('dt', { hasText: label }) }).locator('dd')
  }

  button(name: string): Locator {
    return this.main.getByRole('button', { name, exact: true })
  }

  async servers(): Promise<string> {
    return (await this.bootstrapServers.textContent()) ?? ''
  }
}
