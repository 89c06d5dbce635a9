using System.Diagnostics;

namespace SystemTests.Broker.Durability;

/// <summary>A data folder that can be full, and have room again.</summary>
internal abstract class SmallDisk : IDisposable
{
    protected SmallDisk() => Folder = Directory.CreateTempSubdirectory("broker-small-disk-").FullName;

    public string Folder { get; }

    /// <summary>What stands in front of the broker's command.</summary>
    public virtual IReadOnlyList<string> Prefix => [];

    /// <summary>From now on the broker's store cannot grow.</summary>
    public abstract void Fill(int process);

    /// <summary>From now on it can.</summary>
    public abstract void MakeRoom(int process);

    /// <inheritdoc/>
    public virtual void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Runs a program to its end; tells whether it did what it was to do.</summary>
    protected static bool TryRun(string program, params string[] args)
    {
        using var run = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true })!;
        run.WaitForExit();
        return run.ExitCode == 0;
    }
}

/// <summary>A file system of its own, in memory: what is full is full. Only who may mount can have it.</summary>
internal sealed class MountedDisk : SmallDisk
{
    private const string Size = "2m";

    private readonly bool _isMounted;

    public MountedDisk()
    {
        _isMounted = TryRun("mount", "-t", "tmpfs", "-o", $"size={Size}", "tmpfs", Folder);
        if (_isMounted)
            return;
        base.Dispose();
        Assert.Skip("this account may not mount; the test with a limit on file sizes stands for this one");
    }

    private string Filler => Path.Combine(Folder, "filler");

    public override void Fill(int process)
    {
        try
        {
            using var filler = File.Create(Filler, bufferSize: 1);
            while (true)
                filler.WriteByte(0);
        }
        catch (IOException)
        {
            // full
        }
    }

    public override void MakeRoom(int process) => File.Delete(Filler);

    public override void Dispose()
    {
        if (_isMounted && !TryRun("umount", Folder))
            throw new IOException($"{Folder} cannot be unmounted");
        base.Dispose();
    }
}

/// <summary>A limit on the size of the broker's files, which everyone may set: each write beyond it fails.</summary>
internal sealed class LimitedFiles : SmallDisk
{
    /// <summary>The signal that the limit sends besides would end the broker; a program that is started inherits that it is ignored.</summary>
    public override IReadOnlyList<string> Prefix => ["bash", "-c", "trap '' XFSZ; exec \"$@\"", "bash"];

    public override void Fill(int process) => Limit(process, $"{new FileInfo(Path.Combine(Folder, "broker.db-wal")).Length}");

    public override void MakeRoom(int process) => Limit(process, "unlimited");

    private static void Limit(int process, string size)
    {
        if (!TryRun("prlimit", "--pid", $"{process}", $"--fsize={size}:unlimited"))
            throw new IOException("prlimit failed");
    }
}
