"""Plain functions over plain data: speech, language, press, matching, opinion. No Django."""
