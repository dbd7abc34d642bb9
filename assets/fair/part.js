/** What stands behind an element whose code comes when it is needed; see elements.js. */

export class Part {
  /** `host` is the element; it calls changed() when an attribute changes, stop() when it leaves. */
  constructor(host) {
    this.host = host;
    this.build();
  }

  build() {}

  changed() {}

  stop() {}

  read(name) {
    return this.host.read(name);
  }

  has(name) {
    return this.host.hasAttribute(name);
  }

  tell(name, detail) {
    this.host.tell(name, detail);
  }

  show(...children) {
    this.host.replaceChildren(...children);
  }
}
