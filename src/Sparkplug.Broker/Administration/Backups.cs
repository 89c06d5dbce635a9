using System.Globalization;
using Sparkplug.Configuration;

namespace Sparkplug.Broker.Administration;

/// <summary>Copies of the store, one at a time, named by their time. Nobody but the broker chooses where they stand.</summary>
/// <param name="directory">The folder; made with the first backup.</param>
/// <param name="write">Writes a copy to a file.</param>
/// <param name="time">Names them.</param>
internal sealed class Backups(string directory, Action<string> write, TimeProvider time)
{
    private int _isRunning;

    /// <summary>Makes a copy and tells its file; null while another one is made.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public async Task<string?> TryMakeAsync()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) == 1)
            return null;
        try
        {
            DataFolder.Create(directory);
            var file = Path.Combine(directory, NameAt(time.GetUtcNow()));
            await Task.Run(() => write(file));
            return file;
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private static string NameAt(DateTimeOffset now) => $"broker-{now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fff'Z'", CultureInfo.InvariantCulture)}.db";
}
