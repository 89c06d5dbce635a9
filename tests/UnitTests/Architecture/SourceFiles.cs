using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace UnitTests.Architecture;

/// <summary>The C# sources of the repository, with comments left out.</summary>
internal static partial class SourceFiles
{
    public static readonly string Root = FindRoot();

    /// <summary>All sources below a folder of the repository, as path and code; there is at least one.</summary>
    public static IReadOnlyList<(string Path, string Code)> In(string folder)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Select(path => (path, Comments().Replace(File.ReadAllText(Path.Combine(Root, path)), "")))
            .ToList();
        return files.Count > 0 ? files : throw new InvalidOperationException($"no sources in {folder}");
    }

    // A file name as the compiler saw it; continuous integration may map it away, then the folder of the test tells.
    private static string FindRoot([CallerFilePath] string path = "")
    {
        foreach (var start in (string?[])[Path.GetDirectoryName(path), AppContext.BaseDirectory])
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
                if (File.Exists(Path.Combine(folder, "Sparkplug.sln"))) return folder;
        throw new InvalidOperationException("Sparkplug.sln was not found above the tests");
    }

    [GeneratedRegex(@"//[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();
}
