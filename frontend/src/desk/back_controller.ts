import { Controller } from "@hotwired/stimulus";

export default class Back extends Controller {
  go(): void {
    if (history.length > 1) history.back();
    else location.assign("/");
  }
}
