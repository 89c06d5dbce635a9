namespace SystemTests.Avr;

/// <summary>Where the sources are: the folder that holds the solution.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Sparkplug.sln")))
                return folder.FullName;
        throw new DirectoryNotFoundException($"No Sparkplug.sln above {start}");
    }
}
