namespace SystemTests.Support;

/// <summary>Where things are in the clone that the tests run from.</summary>
internal static class Repository
{
    /// <summary>The folder that holds Sparkplug.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>A folder that CI keeps: screenshots, captures, logs of services.</summary>
    public static string Artifacts { get; } = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "test")).FullName;

    /// <summary>The full path of something in the clone.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Sparkplug.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("Sparkplug.sln is in no folder above the tests");
    }
}
