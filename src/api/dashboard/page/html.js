/** The one door to the view library (Preact and htm, served out of their package). */
export {
  Component,
  html,
  render,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "../vendor/preact.js";

import { Component, h } from "../vendor/preact.js";

/**
 * A view that is drawn again only when one of its properties is another. Its own state lives one level
 * below, where this comparison does not hold it back.
 */
export function memo(view) {
  return class extends Component {
    shouldComponentUpdate(next) {
      const keys = new Set([...Object.keys(next), ...Object.keys(this.props)]);
      return [...keys].some((key) => !Object.is(next[key], this.props[key]));
    }
    render(props) {
      return h(view, props);
    }
  };
}
