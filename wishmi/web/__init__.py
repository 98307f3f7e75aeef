"""Pages by audience: public, family, provider, officer. Server-rendered, whole without JavaScript.

Owns how things are said, in every language. Never decides: it calls actions and selectors.
"""
