using EdgeNode.Devices;

namespace EdgeNode.Serial;

/// <summary>What is known of the board of a port, and whether it still holds: after a restart it may be another one.</summary>
internal sealed class KnownBoard
{
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(5);

    // Since when the board may be another one than the description says; null while it is the same.
    private TimeSpan? _doubtedSince;

    /// <summary>The last good description; null for none.</summary>
    public BoardDescription? Description { get; private set; }

    /// <summary>True while nothing speaks against the description.</summary>
    public bool IsCurrent => _doubtedSince is null;

    /// <summary>When a board that has restarted should have described itself; null while nothing is in doubt.</summary>
    public TimeSpan? GivenUpAt => _doubtedSince + RestartTime;

    /// <summary>The board has restarted.</summary>
    public void Doubt(TimeSpan now)
    {
        if (Description is not null) _doubtedSince ??= now;
    }

    /// <summary>It was the same board and the same start of it after all.</summary>
    public void Confirm() => _doubtedSince = null;

    /// <summary>Compares what a HELLO says.</summary>
    public void Compare(Frame.Hello hello, TimeSpan now)
    {
        if (Description is null || Fits(Description, hello)) Confirm();
        else Doubt(now);
    }

    /// <summary>Takes a new description.</summary>
    /// <returns>True if it says something new: other tags, or another start of the board.</returns>
    public bool Adopt(BoardDescription description)
    {
        var isNews = !description.DescribesSameDevice(Description) || description.Boot != Description.Boot;
        Description = description;
        Confirm();
        return isNews;
    }

    /// <summary>The board is gone.</summary>
    public void Forget()
    {
        Description = null;
        Confirm();
    }

    private static bool Fits(BoardDescription description, Frame.Hello hello) =>
        description.Id == hello.Id && description.Boot == hello.Boot
        && description.Sketch == hello.Sketch && description.Version == hello.Version;
}
