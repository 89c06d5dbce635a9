namespace EdgeNode.Serial;

/// <summary>Follows the numbers of a board's lines, modulo 65536.</summary>
internal sealed class SequenceCheck
{
    private const ushort LargestGap = 32767;

    private ushort? _expected;

    /// <summary>Takes the number of a line.</summary>
    /// <param name="seq">The number.</param>
    /// <param name="lost">How many lines are missing before it.</param>
    /// <returns>False when the number can only mean that the board has restarted.</returns>
    public bool TryFollow(ushort seq, out int lost)
    {
        var gap = unchecked((ushort)(seq - _expected.GetValueOrDefault(seq)));
        Restart(seq);
        lost = gap <= LargestGap ? gap : 0;
        return gap <= LargestGap;
    }

    /// <summary>Takes the number of the first line of a row.</summary>
    public void Restart(ushort seq) => _expected = unchecked((ushort)(seq + 1));

    /// <summary>Takes any number next.</summary>
    public void Forget() => _expected = null;
}
