import type { Locator, Page } from '@playwright/test'

export class CreateClusterPage {
  readonly main: Locator
  readonly title: Locator
  readonly name: Locator
  readonly firstPort: Locator
  readonly submit: Locator
  readonly alert: Locator
  readonly addresses: Locator

  constructor(page: Page) {
    const main = page.getByRole('main')
    this.main = main
    this.title = main.getByRole('heading', { level: 1 })
    this.name = main.getByRole('textbox')
    this.firstPort = main.getByRole('spinbutton')
    this.submit = main.locator('button[type=submit]')
    this.alert = main.getByRole('alert')
    this.addresses = main.getByRole('definition').locator('span')
  }
}
