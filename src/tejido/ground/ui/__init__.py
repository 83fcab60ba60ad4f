"""The face: base templates, tags, design system, static files, errors, paging, exports."""
