namespace Sparkplug.Broker.Security;

/// <summary>By what a change of a file is noticed; <c>default</c> is a file that does not exist.</summary>
internal readonly record struct FileStamp(DateTime Written, long Length)
{
    public static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new FileStamp(file.LastWriteTimeUtc, file.Length) : default;
    }
}

/// <summary>Notices that one of some files has changed, and waits until they stay as they are: an editor may write in several steps.</summary>
internal sealed class ChangedFiles(params string?[] paths)
{
    private FileStamp[] _seen = Look(paths);
    private bool _isNews;

    /// <summary>True once after each change, at the second look in a row that finds the files alike.</summary>
    public bool HaveSettled()
    {
        var now = Look(paths);
        if (!now.AsSpan().SequenceEqual(_seen))
        {
            (_seen, _isNews) = (now, true);
            return false;
        }

        var settled = _isNews;
        _isNews = false;
        return settled;
    }

    private static FileStamp[] Look(string?[] paths) => [.. paths.Select(path => path is null ? default : FileStamp.Of(path))];
}
