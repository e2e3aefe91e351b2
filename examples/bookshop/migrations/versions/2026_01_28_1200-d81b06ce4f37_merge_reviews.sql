-- @revision d81b06ce4f37
-- @down-revision 92af7c3be510 4ae17f90c2db
-- @message merge the reviews into the shop
-- @created 2026-01-28T12:00:00Z


