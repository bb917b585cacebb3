// Opens the dialog whose id it names.
import { Controller } from "@hotwired/stimulus";
import type Dialog from "./dialog_controller";

export default class Opener extends Controller<HTMLElement> {
  static override values = { dialog: String };
  declare readonly dialogValue: string;

  open(): void {
    const element = document.getElementById(this.dialogValue);
    if (!element) return;
    const dialog = this.application.getControllerForElementAndIdentifier(element, "dialog") as Dialog | null;
    dialog?.open();
  }
}
