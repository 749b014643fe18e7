package peerwatch

import (
	"errors"
	"log/slog"
	"os"
	"path/filepath"
)

// folder keeps what must last. The empty one keeps nothing.
type folder struct {
	path string
	log  *slog.Logger
}

func (f folder) complain(what string, err error) { f.log.Error(what, "error", err) }

func (f folder) read(name string) ([]byte, error) {
	if f.path == "" {
		return nil, os.ErrNotExist
	}
	return os.ReadFile(filepath.Join(f.path, name))
}

// write replaces a file as a whole: after a crash it has the old content or the new.
func (f folder) write(name string, content []byte) error {
	if f.path == "" {
		return nil
	}
	target := filepath.Join(f.path, name)
	if err := os.MkdirAll(filepath.Dir(target), 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(target), ".new-")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.Rename(file.Name(), target)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return err
	}
	return syncFolder(filepath.Dir(target))
}

// syncFolder brings names to the disk: they are there when their folder is.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

func (f folder) remove(name string) {
	if f.path == "" {
		return
	}
	if err := os.Remove(filepath.Join(f.path, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
		f.complain("a file was not removed", err)
	}
}

func (f folder) list(name string) []string {
	if f.path == "" {
		return nil
	}
	entries, err := os.ReadDir(filepath.Join(f.path, name))
	if err != nil {
		return nil
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
