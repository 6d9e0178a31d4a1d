/** Stands between a page and its socket: writes down what the page sends, and answers in the server's place if asked to. */

export class Frames {
  #sent = [];
  #intercept = () => 'pass';

  /** Before the page loads. */
  async stand(page) {
    await page.routeWebSocket(/\/api\/v1\/ws/u, (near) => {
      const far = near.connectToServer();
      near.onMessage((text) => {
        const frame = JSON.parse(text);
        this.#sent.push(frame);
        const answer = this.#intercept(frame);
        if (answer === 'pass') far.send(text);
        else if (answer !== 'ignore') near.send(JSON.stringify(answer));
      });
    });
  }

  /** What the page has sent so far of one type. */
  sent(type) {
    return this.#sent.filter((frame) => frame.type === type);
  }

  /** Answers frames of a type with an error, those that `which` chooses. */
  refuse(type, { code, detail }, which = () => true) {
    this.#intercept = (frame) => (frame.type === type && which(frame) ? { type: 'error', ref: frame.ref, code, detail } : 'pass');
  }

  /** Frames of a type vanish without an answer. */
  ignore(type) {
    this.#intercept = (frame) => (frame.type === type ? 'ignore' : 'pass');
  }

  letPass() {
    this.#intercept = () => 'pass';
  }
}
