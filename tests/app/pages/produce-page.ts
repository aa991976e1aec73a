import type { Locator, Page } from '@playwright/test'

type Part = 'Key' | 'Value'

/** The form that writes records. */
export class ProducePage {
  readonly page: Page
  readonly main: Locator
  readonly destination: Locator
  readonly send: Locator
  readonly alert: Locator
  readonly sent: Locator
  readonly progress: Locator

  constructor(page: Page) {
    this.page = page
    this.main = page.getByRole('main')
    this.destination = this.main.getByTestId('destination')
    this.send = this.main.getByRole('button', { name: 'Send record' })
    this.alert = this.main.getByRole('alert')
    this.sent = this.main.getByRole('list', { name: 'Sent from here' }).getByRole('listitem')
    this.progress = this.main.getByRole('region', { name: 'Progress' })
  }

  part(part: Part): Locator {
    return this.main.getByRole('region', { name: part, exact: true })
  }

  editor(part: Part): Locator {
    return this.part(part).getByRole('textbox')
  }

  async encode(part: Part, encoding: 'JSON' | 'Text' | 'Hex' | 'Null'): Promise<void> {
    await this.part(part).getByRole('radiogroup').getByText(encoding, { exact: true }).click()
  }

  async fill(part: Part, text: string): Promise<void> {
    await this.editor(part).fill(text)
  }

  async addHeader(n: number, name: string, value: string | null): Promise<void> {
    await this.main.getByRole('button', { name: 'Add header' }).click()
    await this.main.getByLabel(`Name of header ${n}`, { exact: true }).fill(name)
    await { null: () => this.nullHeader(n), text: () => this.headerValue(n, value ?? '') }[
      value === null ? 'null' : 'text'
    ]()
  }

  async hexHeader(n: number, name: string, hex: string): Promise<void> {
    await this.main.getByRole('button', { name: 'Add header' }).click()
    await this.main.getByLabel(`Name of header ${n}`, { exact: true }).fill(name)
    await this.encodeHeader(n, 'Hex')
    await this.headerValue(n, hex)
  }

  async choosePartition(choice: string): Promise<void> {
    await this.main.getByRole('button', { name: 'Partition' }).click()
    await this.page.getByRole('option', { name: choice, exact: true }).click()
  }

  async mode(mode: 'One record' | 'Many' | 'File'): Promise<void> {
    await this.main.getByRole('radiogroup', { name: 'What to send' }).getByText(mode, { exact: true }).click()
  }

  /** Sends the record of the form, and waits until it is listed. */
  async sendAs(n: number): Promise<{ partition: number; offset: number }> {
    await this.send.click()
    await this.sent.nth(n - 1).waitFor()
    const newest = this.sent.first()
    return {
      partition: Number(await newest.getAttribute('data-partition')),
      offset: Number(await newest.getAttribute('data-offset')),
    }
  }

  private async headerValue(n: number, value: string): Promise<void> {
    await this.main.getByLabel(`Value of header ${n}`, { exact: true }).fill(value)
  }

  private async nullHeader(n: number): Promise<void> {
    await this.encodeHeader(n, 'Null')
  }

  private async encodeHeader(n: number, encoding: string): Promise<void> {
    await this.main.getByRole('combobox', { name: `Value of header ${n} as` }).click()
    await this.page.getByRole('option', { name: encoding, exact: true }).click()
  }
}
