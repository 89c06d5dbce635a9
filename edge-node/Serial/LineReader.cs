namespace EdgeNode.Serial;

/// <summary>What <see cref="LineReader.Read"/> found.</summary>
public enum LineResult
{
    /// <summary>All bytes are used up; the line is not complete.</summary>
    Incomplete,

    /// <summary>A line.</summary>
    Line,

    /// <summary>A line has grown over the limit; it is skipped to its LF. Told once a line.</summary>
    Overlong,
}

/// <summary>
/// Cuts bytes into lines at LF. CR is ignored wherever it stands, an empty line is ignored, and a line over the limit is thrown
/// away: whatever comes in, no more than the limit is kept.
/// </summary>
/// <param name="limit">The most bytes of a line, LF counted and CR not.</param>
public sealed class LineReader(int limit)
{
    private readonly byte[] _line = new byte[limit - 1];
    private int _length;
    private bool _isSkipping;

    /// <summary>Reads on from the start of <paramref name="bytes"/> and takes off it what was read.</summary>
    /// <param name="bytes">What came in.</param>
    /// <param name="line">With <see cref="LineResult.Line"/> the line without CR and LF, valid until the next call.</param>
    public LineResult Read(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> line)
    {
        line = default;
        for (var i = 0; i < bytes.Length; i++)
        {
            var result = Take(bytes[i], ref line);
            if (result == LineResult.Incomplete) continue;
            bytes = bytes[(i + 1)..];
            return result;
        }
        bytes = default;
        return LineResult.Incomplete;
    }

    /// <summary>Forgets what has come of a line.</summary>
    public void Reset()
    {
        _length = 0;
        _isSkipping = false;
    }

    private LineResult Take(byte value, ref ReadOnlySpan<byte> line)
    {
        if (value == '\n') return EndLine(ref line);
        if (value == '\r' || _isSkipping) return LineResult.Incomplete;
        if (_length < _line.Length)
        {
            _line[_length++] = value;
            return LineResult.Incomplete;
        }
        _isSkipping = true;
        _length = 0;
        return LineResult.Overlong;
    }

    private LineResult EndLine(ref ReadOnlySpan<byte> line)
    {
        line = _line.AsSpan(0, _length);
        _isSkipping = false;
        _length = 0;
        return line.IsEmpty ? LineResult.Incomplete : LineResult.Line;
    }
}
