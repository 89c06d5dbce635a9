namespace Benchmarks.Brokers;

/// <summary>All that a run puts on the disk is in one folder, which goes when the run ends, however it ends.</summary>
internal static class Workspace
{
    private static readonly DirectoryInfo Root = Directory.CreateTempSubdirectory("sparkplug-benchmarks-");
    private static int _folders;

    /// <summary>A new folder in it.</summary>
    public static string NewFolder(string name) => Root.CreateSubdirectory($"{name}-{Interlocked.Increment(ref _folders)}").FullName;

    public static void Remove()
    {
        if (Directory.Exists(Root.FullName))
            Root.Delete(recursive: true);
    }
}
