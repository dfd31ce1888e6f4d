BEGIN TRANSACTION;
CREATE TABLE action (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	action_id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	source_id TEXT, 
	case_id TEXT, 
	team_id TEXT, 
	theme TEXT, 
	standard_id TEXT, 
	title TEXT NOT NULL, 
	action TEXT, 
	owner_post TEXT NOT NULL, 
	owner_id TEXT, 
	due_on DATE, 
	board_agreed_on DATE, 
	PRIMARY KEY (seq)
);
CREATE TABLE action_event (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	action_id TEXT NOT NULL, 
	event_no INTEGER NOT NULL, 
	"on" DATE NOT NULL, 
	status TEXT NOT NULL, 
	taken_to_date TEXT, 
	approved_by_post TEXT, 
	PRIMARY KEY (seq)
);
CREATE TABLE allocation (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	allocation_id TEXT NOT NULL, 
	draw_id TEXT NOT NULL, 
	case_id TEXT NOT NULL, 
	auditor_id TEXT NOT NULL, 
	tool_id TEXT NOT NULL, 
	tool_version TEXT NOT NULL, 
	due_on DATE NOT NULL, 
	ended_on DATE, 
	end_reason TEXT, 
	PRIMARY KEY (seq)
);
CREATE TABLE answer (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	audit_id TEXT NOT NULL, 
	question_id TEXT NOT NULL, 
	standard_id TEXT, 
	theme TEXT, 
	answer TEXT NOT NULL, 
	evidence TEXT, 
	PRIMARY KEY (seq)
);
CREATE TABLE audit (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	audit_id TEXT NOT NULL, 
	origin TEXT NOT NULL, 
	source_sha256 TEXT NOT NULL, 
	source_row INTEGER, 
	draw_id TEXT, 
	allocation_id TEXT, 
	case_id TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	audit_type TEXT NOT NULL, 
	selection TEXT NOT NULL, 
	tool_id TEXT NOT NULL, 
	tool_version TEXT NOT NULL, 
	auditor_id TEXT, 
	worker_id TEXT, 
	team_id TEXT, 
	practice_from DATE, 
	practice_to DATE, 
	audited_on DATE NOT NULL, 
	returned_on DATE, 
	overall_grade TEXT, 
	feedback_on DATE, 
	supervision_on DATE, 
	recorded_on_file_on DATE, 
	submitted_on DATE, 
	support_plan_sent_on DATE, 
	worker_took_part BOOLEAN, 
	family_feedback BOOLEAN, 
	reaudit_of TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "audit" VALUES(70,'2026-11-27 00:21:15.000000','somebody',NULL,'record-7578e2bf58871ac2','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',2,NULL,NULL,'case-8d31cf0316970fe6','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(71,'2026-11-27 00:21:15.000000','somebody',NULL,'record-77c9ce19914dc85d','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',3,'2025-26 Q2 case_file 1',NULL,'case-714a2165d12906bc','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(72,'2026-11-27 00:21:15.000000','somebody',NULL,'record-97bccb8ba5e9f24b','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',4,NULL,NULL,'case-9e1b3ec7539d14e3','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(73,'2026-11-27 00:21:15.000000','somebody',NULL,'record-489feca3d1eae9e4','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',5,'2025-26 Q2 case_file 1',NULL,'case-40002e28fc4d20af','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(74,'2026-11-27 00:21:15.000000','somebody',NULL,'record-25e816f18c8e58d5','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',6,'2025-26 Q2 case_file 1',NULL,'case-7f06a7045daf38a6','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(75,'2026-11-27 00:21:15.000000','somebody',NULL,'record-4202c0baa9d747cc','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',7,'2025-26 Q2 case_file 1',NULL,'case-e79a1756c7a8c4f5','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(76,'2026-11-27 00:21:15.000000','somebody',NULL,'record-61e774a8ef552f25','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',8,'2025-26 Q2 case_file 1',NULL,'case-7fc8ed5326a378e9','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(77,'2026-11-27 00:21:15.000000','somebody',NULL,'record-8790c24768b299b0','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',9,NULL,NULL,'case-d40640f00afdc13c','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(78,'2026-11-27 00:21:15.000000','somebody',NULL,'record-99ff390c2c5bc928','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',10,'2025-26 Q2 case_file 1',NULL,'case-2eccb988bab13ccf','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(79,'2026-11-27 00:21:15.000000','somebody',NULL,'record-00353d271959d090','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',11,'2025-26 Q2 case_file 1',NULL,'case-fb144b121230a475','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(80,'2026-11-27 00:21:15.000000','somebody',NULL,'record-a15eabecc424d27e','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',12,NULL,NULL,'case-4952741657c7eeab','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
INSERT INTO "audit" VALUES(81,'2026-11-27 00:21:15.000000','somebody',NULL,'record-4dec70b1d45f272a','import','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',13,NULL,NULL,'case-cc1f1dbbd51ce4e7','child','case_file','random','tiny','1','staff-7ca4e2128bdf2a36',NULL,'T1',NULL,NULL,'2025-08-01',NULL,'good',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL);
CREATE TABLE "case" (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	snapshot_id TEXT NOT NULL, 
	case_id TEXT NOT NULL, 
	unit TEXT NOT NULL, 
	family_id TEXT, 
	service TEXT NOT NULL, 
	team_id TEXT, 
	worker_id TEXT, 
	status TEXT NOT NULL, 
	opened_on DATE, 
	status_from DATE, 
	closed_on DATE, 
	age_band TEXT, 
	gender TEXT, 
	ethnicity_group TEXT, 
	disability BOOLEAN, 
	restricted_record BOOLEAN NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "case" VALUES(4,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-8d31cf0316970fe6','child',NULL,'Care','T1','staff-1e4abbd5ee466f65','looked_after','2024-01-01',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(5,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-714a2165d12906bc','child',NULL,'Care','T1','staff-2b60de40ef444918','looked_after','2024-01-02',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(6,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-9e1b3ec7539d14e3','child',NULL,'Care','T1','staff-a9816a4484115cbe','looked_after','2024-01-03',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(7,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-40002e28fc4d20af','child',NULL,'Care','T1','staff-d0bcc0cde67d4620','looked_after','2024-01-04',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(8,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-7f06a7045daf38a6','child',NULL,'Care','T1','staff-3e94fc65e8435a3b','looked_after','2024-01-05',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(9,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-e79a1756c7a8c4f5','child',NULL,'Care','T1','staff-8ab30ed11d84addd','looked_after','2024-01-06',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(10,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-7fc8ed5326a378e9','child',NULL,'Need','T2','staff-57c58eb3aec1dfc1','child_in_need','2024-01-07',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(11,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-d40640f00afdc13c','child',NULL,'Need','T2','staff-3cd30f453079386d','child_in_need','2024-01-08',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(12,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-2eccb988bab13ccf','child',NULL,'Need','T2','staff-bdda2ce9f36bf394','child_in_need','2024-01-09',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(13,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-fb144b121230a475','child',NULL,'Need','T2','staff-9ca0095722279395','child_in_need','2024-01-10',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(14,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-4952741657c7eeab','child',NULL,'Need','T2','staff-0fce75dc00846c6c','child_in_need','2024-01-11',NULL,NULL,NULL,'Female',NULL,NULL,0);
INSERT INTO "case" VALUES(15,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','case-cc1f1dbbd51ce4e7','child',NULL,'Need','T2','staff-246e309c5427d05e','child_in_need','2024-01-12',NULL,NULL,NULL,'Female',NULL,NULL,0);
CREATE TABLE closure (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	case_id TEXT NOT NULL, 
	closed_on DATE NOT NULL, 
	unit TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE draw (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	draw_id TEXT NOT NULL, 
	period TEXT NOT NULL, 
	audit_type TEXT NOT NULL, 
	selection TEXT NOT NULL, 
	design TEXT NOT NULL, 
	snapshot_id TEXT NOT NULL, 
	frame_sha256 TEXT NOT NULL, 
	framework_sha256 TEXT NOT NULL, 
	kit_version TEXT NOT NULL, 
	replaces_draw_id TEXT, 
	reason TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "draw" VALUES(55,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','2025-26 Q2','case_file','random','stratified by service; confidence 95%; margin of error 0.25; at least 2 per stratum; next permanent random numbers after the start','2025-06-30 case 48a2cd8a52f2','a2bb238fe15120e1b77dd5ac598604af8c62524ddecc4b1e4ee43a6b98e0e59f','54915d217f365de454410d58b8a159cf89e0a18d169ead5e58b7b1039d342027','0.1.0',NULL,NULL);
CREATE TABLE draw_case (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	draw_id TEXT NOT NULL, 
	case_id TEXT NOT NULL, 
	stratum TEXT NOT NULL, 
	state TEXT NOT NULL, 
	prn FLOAT NOT NULL, 
	position INTEGER, 
	inclusion_probability FLOAT, 
	weight FLOAT, 
	exclusion_reason TEXT, 
	replaces_case_id TEXT, 
	replacement_reason TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "draw_case" VALUES(58,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-e79a1756c7a8c4f5','Care','selected',1.61612303428839365615e-01,1,6.66666666666666629659e-01,1.5,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(59,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-40002e28fc4d20af','Care','selected',3.99971334417019486195e-01,2,6.66666666666666629659e-01,1.5,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(60,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-7f06a7045daf38a6','Care','selected',0.547044160351784,3,6.66666666666666629659e-01,1.5,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(61,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-714a2165d12906bc','Care','selected',6.26385967125823173162e-01,4,6.66666666666666629659e-01,1.5,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(62,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-8d31cf0316970fe6','Care','not_selected',8.96451853476039284274e-01,5,6.66666666666666629659e-01,NULL,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(63,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-9e1b3ec7539d14e3','Care','not_selected',9.57165271099585490688e-01,6,6.66666666666666629659e-01,NULL,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(64,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-7fc8ed5326a378e9','Need','selected',8.14855588609054826143e-01,1,0.5,2.0,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(65,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-fb144b121230a475','Need','selected',8.24277705543589700454e-01,2,0.5,2.0,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(66,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-2eccb988bab13ccf','Need','selected',9.12328560700679691564e-01,3,0.5,2.0,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(67,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-d40640f00afdc13c','Need','not_selected',1.20324845535578428545e-01,4,0.5,NULL,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(68,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-4952741657c7eeab','Need','not_selected',1.65806270663242161234e-01,5,0.5,NULL,NULL,NULL,NULL);
INSERT INTO "draw_case" VALUES(69,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','case-cc1f1dbbd51ce4e7','Need','not_selected',5.85051762778276085441e-01,6,0.5,NULL,NULL,NULL,NULL);
CREATE TABLE draw_stratum (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	draw_id TEXT NOT NULL, 
	stratum TEXT NOT NULL, 
	population INTEGER NOT NULL, 
	sample INTEGER NOT NULL, 
	start FLOAT NOT NULL, 
	next_start FLOAT NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "draw_stratum" VALUES(56,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','Care',6,4,4.8140398173971532536e-02,6.26385967125823173162e-01);
INSERT INTO "draw_stratum" VALUES(57,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-26 Q2 case_file 1','Need',6,3,7.07217298909851743715e-01,9.12328560700679691564e-01);
CREATE TABLE duty_event (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	event_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	duty_id TEXT, 
	due_on DATE, 
	held_on DATE, 
	subject_id TEXT, 
	by_id TEXT, 
	by_post TEXT, 
	team_id TEXT, 
	discussed_on DATE, 
	recorded BOOLEAN, 
	PRIMARY KEY (seq)
);
CREATE TABLE edition (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	edition_id TEXT NOT NULL, 
	period TEXT NOT NULL, 
	register_seq INTEGER NOT NULL, 
	audience TEXT NOT NULL, 
	manifest_sha256 TEXT NOT NULL, 
	status TEXT NOT NULL, 
	signed_by_post TEXT, 
	signed_on DATE, 
	PRIMARY KEY (seq)
);
CREATE TABLE entry (
	first_seq INTEGER NOT NULL, 
	last_seq INTEGER NOT NULL, 
	table_name TEXT NOT NULL, 
	PRIMARY KEY (first_seq)
);
INSERT INTO "entry" VALUES(1,3,'snapshot');
INSERT INTO "entry" VALUES(4,15,'case');
INSERT INTO "entry" VALUES(16,17,'team');
INSERT INTO "entry" VALUES(18,54,'identity');
INSERT INTO "entry" VALUES(55,55,'draw');
INSERT INTO "entry" VALUES(56,57,'draw_stratum');
INSERT INTO "entry" VALUES(58,69,'draw_case');
INSERT INTO "entry" VALUES(70,81,'audit');
CREATE TABLE escalation (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	escalation_id TEXT NOT NULL, 
	audit_id TEXT NOT NULL, 
	tier INTEGER NOT NULL, 
	found_at DATETIME NOT NULL, 
	told_at DATETIME, 
	told_post TEXT NOT NULL, 
	resolved_on DATE, 
	PRIMARY KEY (seq)
);
CREATE TABLE feedback (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	feedback_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	instrument TEXT, 
	respondent TEXT, 
	case_id TEXT, 
	team_id TEXT, 
	theme TEXT, 
	received_on DATE NOT NULL, 
	analysed_on DATE, 
	acted_on DATE, 
	reported_on DATE, 
	closed_on DATE, 
	score TEXT, 
	text TEXT, 
	PRIMARY KEY (seq)
);
CREATE TABLE identity (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	kind TEXT NOT NULL, 
	reference TEXT NOT NULL, 
	id TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "identity" VALUES(18,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0071000','case-8d31cf0316970fe6');
INSERT INTO "identity" VALUES(19,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0071001','case-714a2165d12906bc');
INSERT INTO "identity" VALUES(20,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0071002','case-9e1b3ec7539d14e3');
INSERT INTO "identity" VALUES(21,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0071003','case-40002e28fc4d20af');
INSERT INTO "identity" VALUES(22,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0071004','case-7f06a7045daf38a6');
INSERT INTO "identity" VALUES(23,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0071005','case-e79a1756c7a8c4f5');
INSERT INTO "identity" VALUES(24,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0072000','case-7fc8ed5326a378e9');
INSERT INTO "identity" VALUES(25,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0072001','case-d40640f00afdc13c');
INSERT INTO "identity" VALUES(26,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0072002','case-2eccb988bab13ccf');
INSERT INTO "identity" VALUES(27,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0072003','case-fb144b121230a475');
INSERT INTO "identity" VALUES(28,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0072004','case-4952741657c7eeab');
INSERT INTO "identity" VALUES(29,'2026-11-27 00:21:15.000000','somebody',NULL,'case','0072005','case-cc1f1dbbd51ce4e7');
INSERT INTO "identity" VALUES(30,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0071000','record-7578e2bf58871ac2');
INSERT INTO "identity" VALUES(31,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0071001','record-77c9ce19914dc85d');
INSERT INTO "identity" VALUES(32,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0071002','record-97bccb8ba5e9f24b');
INSERT INTO "identity" VALUES(33,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0071003','record-489feca3d1eae9e4');
INSERT INTO "identity" VALUES(34,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0071004','record-25e816f18c8e58d5');
INSERT INTO "identity" VALUES(35,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0071005','record-4202c0baa9d747cc');
INSERT INTO "identity" VALUES(36,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0072000','record-61e774a8ef552f25');
INSERT INTO "identity" VALUES(37,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0072001','record-8790c24768b299b0');
INSERT INTO "identity" VALUES(38,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0072002','record-99ff390c2c5bc928');
INSERT INTO "identity" VALUES(39,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0072003','record-00353d271959d090');
INSERT INTO "identity" VALUES(40,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0072004','record-a15eabecc424d27e');
INSERT INTO "identity" VALUES(41,'2026-11-27 00:21:15.000000','somebody',NULL,'record','A-random-2025-08-01-0072005','record-4dec70b1d45f272a');
INSERT INTO "identity" VALUES(42,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Auditor-1','staff-7ca4e2128bdf2a36');
INSERT INTO "identity" VALUES(43,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-71000','staff-1e4abbd5ee466f65');
INSERT INTO "identity" VALUES(44,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-71001','staff-2b60de40ef444918');
INSERT INTO "identity" VALUES(45,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-71002','staff-a9816a4484115cbe');
INSERT INTO "identity" VALUES(46,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-71003','staff-d0bcc0cde67d4620');
INSERT INTO "identity" VALUES(47,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-71004','staff-3e94fc65e8435a3b');
INSERT INTO "identity" VALUES(48,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-71005','staff-8ab30ed11d84addd');
INSERT INTO "identity" VALUES(49,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-72000','staff-57c58eb3aec1dfc1');
INSERT INTO "identity" VALUES(50,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-72001','staff-3cd30f453079386d');
INSERT INTO "identity" VALUES(51,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-72002','staff-bdda2ce9f36bf394');
INSERT INTO "identity" VALUES(52,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-72003','staff-9ca0095722279395');
INSERT INTO "identity" VALUES(53,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-72004','staff-0fce75dc00846c6c');
INSERT INTO "identity" VALUES(54,'2026-11-27 00:21:15.000000','somebody',NULL,'staff','Worker-72005','staff-246e309c5427d05e');
CREATE TABLE indicator (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	indicator_id TEXT NOT NULL, 
	period TEXT NOT NULL, 
	team_id TEXT, 
	numerator INTEGER NOT NULL, 
	denominator INTEGER NOT NULL, 
	target FLOAT, 
	PRIMARY KEY (seq)
);
CREATE TABLE moderation (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	moderation_id TEXT NOT NULL, 
	audit_id TEXT NOT NULL, 
	moderator_id TEXT NOT NULL, 
	moderated_on DATE NOT NULL, 
	why TEXT NOT NULL, 
	probability FLOAT, 
	blind BOOLEAN NOT NULL, 
	audit_grade TEXT NOT NULL, 
	moderated_grade TEXT NOT NULL, 
	note TEXT, 
	PRIMARY KEY (seq)
);
CREATE TABLE "plan" (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	snapshot_id TEXT NOT NULL, 
	case_id TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	started_on DATE NOT NULL, 
	ended_on DATE, 
	previous INTEGER, 
	out_of_area BOOLEAN, 
	PRIMARY KEY (seq)
);
CREATE TABLE project (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	project_id TEXT NOT NULL, 
	block TEXT NOT NULL, 
	title TEXT NOT NULL, 
	"on" DATE, 
	frequency TEXT, 
	officer_post TEXT NOT NULL, 
	notes TEXT, 
	PRIMARY KEY (seq)
);
CREATE TABLE reaudit_link (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	action_id TEXT NOT NULL, 
	audit_id TEXT NOT NULL, 
	PRIMARY KEY (seq)
);
CREATE TABLE snapshot (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	snapshot_id TEXT NOT NULL, 
	source TEXT NOT NULL, 
	as_at DATE NOT NULL, 
	sha256 TEXT NOT NULL, 
	rows INTEGER NOT NULL, 
	set_aside INTEGER NOT NULL, 
	PRIMARY KEY (seq)
);
INSERT INTO "snapshot" VALUES(1,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 case 48a2cd8a52f2','data/cases.csv','2025-06-30','48a2cd8a52f2bfdb90c32dc5df52ab8cede982ac8b2db53576d7b104c40f910a',12,0);
INSERT INTO "snapshot" VALUES(2,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 team e6c7a40596e7','data/team.csv','2025-06-30','e6c7a40596e73ac81e08ef5d592b0564b0ed9a9b4f113d68784dc071d127804f',2,0);
INSERT INTO "snapshot" VALUES(3,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 audit 1429617d8fbd','data/audit.csv','2025-06-30','1429617d8fbd4215521acfd1b7a17c2ec75b5eece46cd943b7c203eb9279962d',12,0);
CREATE TABLE staff (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	snapshot_id TEXT NOT NULL, 
	staff_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	role TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	service TEXT NOT NULL, 
	manager_id TEXT, 
	fte FLOAT NOT NULL, 
	started_on DATE NOT NULL, 
	left_on DATE, 
	newly_qualified_until DATE, 
	can_audit BOOLEAN NOT NULL, 
	can_moderate BOOLEAN NOT NULL, 
	audit_hours_per_month FLOAT, 
	PRIMARY KEY (seq)
);
CREATE TABLE team (
	seq INTEGER NOT NULL, 
	recorded_at DATETIME NOT NULL, 
	recorded_by TEXT NOT NULL, 
	supersedes INTEGER, 
	snapshot_id TEXT NOT NULL, 
	team_id TEXT NOT NULL, 
	name TEXT NOT NULL, 
	service TEXT NOT NULL, 
	locality TEXT, 
	PRIMARY KEY (seq)
);
INSERT INTO "team" VALUES(16,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 team e6c7a40596e7','T1','North team','Care',NULL);
INSERT INTO "team" VALUES(17,'2026-11-27 00:21:15.000000','somebody',NULL,'2025-06-30 team e6c7a40596e7','T2','South team','Need',NULL);
CREATE INDEX ix_identity_key ON identity (kind, reference);
CREATE INDEX ix_snapshot_key ON snapshot (snapshot_id);
CREATE INDEX ix_case_key ON "case" (snapshot_id, case_id);
CREATE INDEX ix_plan_key ON "plan" (snapshot_id, case_id, kind, started_on);
CREATE INDEX ix_closure_key ON closure (case_id, closed_on);
CREATE INDEX ix_staff_key ON staff (snapshot_id, staff_id);
CREATE INDEX ix_team_key ON team (snapshot_id, team_id);
CREATE INDEX ix_draw_key ON draw (draw_id);
CREATE INDEX ix_draw_stratum_key ON draw_stratum (draw_id, stratum);
CREATE INDEX ix_draw_case_key ON draw_case (draw_id, case_id);
CREATE INDEX ix_allocation_key ON allocation (allocation_id);
CREATE INDEX ix_audit_key ON audit (audit_id);
CREATE INDEX ix_answer_key ON answer (audit_id, question_id);
CREATE INDEX ix_moderation_key ON moderation (moderation_id);
CREATE INDEX ix_escalation_key ON escalation (escalation_id);
CREATE INDEX ix_action_key ON action (action_id);
CREATE INDEX ix_action_event_key ON action_event (action_id, event_no);
CREATE INDEX ix_reaudit_link_key ON reaudit_link (action_id, audit_id);
CREATE INDEX ix_duty_event_key ON duty_event (event_id);
CREATE INDEX ix_feedback_key ON feedback (feedback_id);
CREATE INDEX ix_project_key ON project (project_id);
CREATE INDEX ix_indicator_key ON indicator (indicator_id, period, team_id);
CREATE INDEX ix_edition_key ON edition (edition_id);
CREATE TRIGGER "identity_no_update" BEFORE UPDATE ON "identity" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "identity_no_delete" BEFORE DELETE ON "identity" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "snapshot_no_update" BEFORE UPDATE ON "snapshot" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "snapshot_no_delete" BEFORE DELETE ON "snapshot" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "case_no_update" BEFORE UPDATE ON "case" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "case_no_delete" BEFORE DELETE ON "case" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "plan_no_update" BEFORE UPDATE ON "plan" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "plan_no_delete" BEFORE DELETE ON "plan" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "closure_no_update" BEFORE UPDATE ON "closure" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "closure_no_delete" BEFORE DELETE ON "closure" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "staff_no_update" BEFORE UPDATE ON "staff" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "staff_no_delete" BEFORE DELETE ON "staff" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "team_no_update" BEFORE UPDATE ON "team" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "team_no_delete" BEFORE DELETE ON "team" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "draw_no_update" BEFORE UPDATE ON "draw" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "draw_no_delete" BEFORE DELETE ON "draw" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "draw_stratum_no_update" BEFORE UPDATE ON "draw_stratum" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "draw_stratum_no_delete" BEFORE DELETE ON "draw_stratum" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "draw_case_no_update" BEFORE UPDATE ON "draw_case" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "draw_case_no_delete" BEFORE DELETE ON "draw_case" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "allocation_no_update" BEFORE UPDATE ON "allocation" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "allocation_no_delete" BEFORE DELETE ON "allocation" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "audit_no_update" BEFORE UPDATE ON "audit" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "audit_no_delete" BEFORE DELETE ON "audit" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "answer_no_update" BEFORE UPDATE ON "answer" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "answer_no_delete" BEFORE DELETE ON "answer" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "moderation_no_update" BEFORE UPDATE ON "moderation" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "moderation_no_delete" BEFORE DELETE ON "moderation" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "escalation_no_update" BEFORE UPDATE ON "escalation" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "escalation_no_delete" BEFORE DELETE ON "escalation" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "action_no_update" BEFORE UPDATE ON "action" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "action_no_delete" BEFORE DELETE ON "action" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "action_event_no_update" BEFORE UPDATE ON "action_event" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "action_event_no_delete" BEFORE DELETE ON "action_event" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "reaudit_link_no_update" BEFORE UPDATE ON "reaudit_link" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "reaudit_link_no_delete" BEFORE DELETE ON "reaudit_link" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "duty_event_no_update" BEFORE UPDATE ON "duty_event" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "duty_event_no_delete" BEFORE DELETE ON "duty_event" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "feedback_no_update" BEFORE UPDATE ON "feedback" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "feedback_no_delete" BEFORE DELETE ON "feedback" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "project_no_update" BEFORE UPDATE ON "project" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "project_no_delete" BEFORE DELETE ON "project" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "indicator_no_update" BEFORE UPDATE ON "indicator" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "indicator_no_delete" BEFORE DELETE ON "indicator" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "edition_no_update" BEFORE UPDATE ON "edition" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "edition_no_delete" BEFORE DELETE ON "edition" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "entry_no_update" BEFORE UPDATE ON "entry" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
CREATE TRIGGER "entry_no_delete" BEFORE DELETE ON "entry" BEGIN SELECT RAISE(ABORT, 'the register is added to, never changed'); END;
COMMIT;
