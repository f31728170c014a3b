package io.tierkeeper.audit.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** A disk that counts its flushes and fails on request: at a flush, or after so many bytes of a line. */
final class CountingDisk implements AppendFile.Opener {

  private final AtomicInteger forces = new AtomicInteger();
  private volatile boolean failForce;
  private volatile int bytesLeft = Integer.MAX_VALUE;

  int forces() {
    return forces.get();
  }

  void failForce(boolean fail) {
    failForce = fail;
  }

  void fullAfter(int bytes) {
    bytesLeft = bytes;
  }

  @Override
  public AppendFile open(Path path) throws IOException {
    AppendFile file = AppendFile.open(path);
    return new AppendFile() {
      @Override
      public void append(ByteBuffer bytes) throws IOException {
        if (bytes.remaining() > bytesLeft) {
          file.append(bytes.slice(bytes.position(), bytesLeft));
          throw new IOException("No space left on device");
        }
        file.append(bytes);
      }

      @Override
      public void force() throws IOException {
        if (failForce) {
          throw new IOException("Input/output error");
        }
        file.force();
        forces.incrementAndGet();
      }

      @Override
      public long size() throws IOException {
        return file.size();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
