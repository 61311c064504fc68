/* Notes what a program has really put on disk, so that a test can cut the power: preloaded, it writes down after each good fsync or
   fdatasync how much of which file is safe, after each good sync of the folder which names are, and keeps removed files by a second
   link. LIFEGUARD_CUT_LOG: the folder that is watched. LIFEGUARD_CUT_NOTES: the folder of the notes. It changes nothing itself. */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef int (*by_fd)(int);
typedef int (*by_path)(const char *);

static void note(const char *text, size_t length) {
    char place[4200];
    snprintf(place, sizeof place, "%s/notes", getenv("LIFEGUARD_CUT_NOTES"));
    int fd = open(place, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, text, length) != (ssize_t)length) abort();
    close(fd);
}

/* 1: a file of the folder, 2: the folder itself, 0: neither. */
static int watched(int fd) {
    const char *folder = getenv("LIFEGUARD_CUT_LOG");
    char link[64], path[4200];
    if (!folder) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    size_t prefix = strlen(folder);
    if (strncmp(path, folder, prefix)) return 0;
    return path[prefix] == '/' ? 1 : path[prefix] == 0 ? 2 : 0;
}

/* One at a time: a list of names that was read before another sync must not be noted after it. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

static int synced_alone(int fd, const char *name) {
    by_fd real = (by_fd)dlsym(RTLD_NEXT, name);
    int kind = watched(fd);
    struct stat before;
    if (kind == 1 && !fstat(fd, &before)) {
        int answer = real(fd);
        char line[80];
        if (!answer) note(line, snprintf(line, sizeof line, "S %lu %ld\n", (unsigned long)before.st_ino, (long)before.st_size));
        return answer;
    }
    if (kind == 2) {
        char *text = NULL;
        size_t length = 0;
        FILE *out = open_memstream(&text, &length);
        DIR *names = opendir(getenv("LIFEGUARD_CUT_LOG"));
        if (!out || !names) abort();
        fputs("D\n", out);
        for (struct dirent *one; (one = readdir(names));)
            if (one->d_type == DT_REG) fprintf(out, "N %lu %s\n", (unsigned long)one->d_ino, one->d_name);
        fputs("E\n", out);
        closedir(names);
        fclose(out);
        int answer = real(fd);
        if (!answer) note(text, length);
        free(text);
        return answer;
    }
    return real(fd);
}

static int synced(int fd, const char *name) {
    pthread_mutex_lock(&turn);
    int answer = synced_alone(fd, name);
    pthread_mutex_unlock(&turn);
    return answer;
}

int fsync(int fd) { return synced(fd, "fsync"); }
int fdatasync(int fd) { return synced(fd, "fdatasync"); }

int unlink(const char *path) {
    by_path real = (by_path)dlsym(RTLD_NEXT, "unlink");
    const char *folder = getenv("LIFEGUARD_CUT_LOG");
    struct stat file;
    if (folder && !strncmp(path, folder, strlen(folder)) && !stat(path, &file)) {
        char kept[4300];
        snprintf(kept, sizeof kept, "%s/%lu", getenv("LIFEGUARD_CUT_NOTES"), (unsigned long)file.st_ino);
        link(path, kept);
    }
    return real(path);
}
