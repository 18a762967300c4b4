"""What people type, read and checked one field at a time; rules that need the case stand in the workflows."""
